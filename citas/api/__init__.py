"""The HTTP face: the gateway's endpoint and the operators' ones."""
