"""The colours that people may choose: names of tokens in static/css/tokens.css, where contrast is proven for each."""

COLOURS = ("slate", "red", "orange", "amber", "green", "teal", "blue", "indigo", "violet", "pink")
