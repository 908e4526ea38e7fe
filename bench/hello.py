"""The measure of everything else: one route that returns a word, no extension."""

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    return "hello"
