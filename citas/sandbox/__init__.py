"""A stand-in for the back end that speaks its operations over HTTP, with fault switches."""
