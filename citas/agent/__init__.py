"""The pydantic-ai agent: its dependencies, tools, prompt, guard and offline model."""
