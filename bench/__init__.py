"""The benchmark: how much one request costs, as a multiple of a hello-world under the same server."""
