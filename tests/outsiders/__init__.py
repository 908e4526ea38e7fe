"""A community with a secret in every private place, and a crawl of every route as people who may know none of them."""
