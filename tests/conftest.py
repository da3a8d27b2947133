"""What every test run shares."""

from hypothesis import settings

# A property is about values, not about how busy the machine is.
settings.register_profile("citas", deadline=None)
settings.load_profile("citas")
