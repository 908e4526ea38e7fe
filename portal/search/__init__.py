"""Finding: full text, similar threads, and what people looked for."""
