"""Events become notices: each step is one transaction, for some thousand people."""
