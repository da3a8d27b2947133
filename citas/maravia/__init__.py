"""The company's PHP back end: one method per operation, domain types out."""
