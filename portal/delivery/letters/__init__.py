"""What stands in a letter: its template, in the reader's language, with what it needs."""

from portal.delivery.letters.composing import KINDS, compose
from portal.delivery.letters.content import Content, NotAnyMore
from portal.delivery.letters.drawing import Drawn, drawn
from portal.delivery.letters.envelopes import Letter, envelope, fill
from portal.delivery.letters.knowing import Known, know

__all__ = ["KINDS", "Content", "Drawn", "Known", "Letter", "NotAnyMore", "compose", "drawn", "envelope", "fill", "know"]
