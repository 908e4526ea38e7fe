"""Pictures are read with care and written anew: nothing of the file that came goes out again, so no place where it was
taken, no name of who took it, and nothing hidden behind its end.

What leaves is WebP, in the sizes that phones and desks need. The pixels are counted before any are decoded.
"""

import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from portal.core.errors import Busy, Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

MEGAPIXELS = 40
"""The largest picture that is decoded."""
FRAMES, FRAME_MEGAPIXELS = 400, 60
"""What an animation may have: frames, and pixels of all of them together."""
DESK, PHONE, TALLEST = 1600, 800, 8000
"""The sizes that are kept: at most this wide, and this tall. An animation has the smaller one only."""
FACES = (96, 256)
"""The sides of a picture of a person: beside what they wrote, and on their profile."""
MEDIA_TYPE, ENDING = "image/webp", "webp"
FEW_COLOURS = 1024
"""A picture with no more is drawn, not taken, and is kept without loss."""
PATIENCE, IN_LINE = 20.0, 4
"""Seconds to wait for the pictures of others, and how many are read or wait to be. One at a time is decoded in a
process, for each takes much memory."""
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, struct.error, OverflowError)
"""What Pillow raises for files that are cut off or made to hurt."""
_TURNED_ASIDE = (5, 6, 7, 8)
"""Values of the orientation that swap width and height."""

_one_at_a_time = threading.Lock()
_in_line = threading.BoundedSemaphore(IN_LINE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept."""

    width: int
    height: int
    sizes: dict[tuple[int, int], bytes]


def sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes in which a picture of this width and height is kept, the largest first."""
    small = [(PHONE, max(1, round(height * PHONE / width)))] if width > PHONE else []
    return [(width, height), *small]


def read_picture(data: bytes, form: str) -> Picture:
    """A picture in its sizes. `form` is what the content was found to be, as Pillow calls it.

    Raises Invalid with a sentence, and Busy when too many are being read."""
    with _Turn():
        try:
            image = _opened(data, form)
            frames = int(getattr(image, "n_frames", 1))
            return _moving(image, frames) if frames > 1 else _still(image, form)
        except _BROKEN as error:
            raise _unreadable(error) from None


def read_face(data: bytes, form: str) -> dict[int, bytes]:
    """The middle of a picture as a square, by the length of its side. Raises Invalid, Busy."""
    from PIL import Image, ImageOps

    with _Turn():
        try:
            image = _many_coloured(_opened(data, form))
            image.thumbnail((FACES[-1] * 4, FACES[-1] * 4), Image.Resampling.LANCZOS, reducing_gap=2.0)
            upright = _plain(ImageOps.exif_transpose(image))
            square = (ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS) for side in FACES)
            return {side: _webp(face, quality=85) for side, face in zip(FACES, square, strict=True)}
        except _BROKEN as error:
            raise _unreadable(error) from None


class _Turn:
    """One after the other, and few that wait: the threads of a server are there for readers too."""

    def __enter__(self) -> None:
        busy = Busy(_("Many pictures are being uploaded right now. Try again in a minute."))
        if not _in_line.acquire(blocking=False):
            raise busy
        if not _one_at_a_time.acquire(timeout=PATIENCE):
            _in_line.release()
            raise busy

    def __exit__(self, *_error: object) -> None:
        _one_at_a_time.release()
        _in_line.release()


def _unreadable(error: Exception) -> Invalid:
    if type(error).__name__ == "DecompressionBombError":
        return _too_large()
    return Invalid(_("This picture cannot be read: the file is damaged or cut off."))


def _too_large() -> Invalid:
    return Invalid(_("This picture has too many pixels: at most %(most)s million.", most=MEGAPIXELS))


def _opened(data: bytes, form: str) -> "Image":
    """The picture with only its head read."""
    from PIL import Image

    try:
        image = Image.open(BytesIO(data), formats=[form])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    _check_size(image)
    return image


def _check_size(image: "Image") -> None:
    if image.width * image.height > MEGAPIXELS * 1_000_000 or not image.width or not image.height:
        raise _too_large()


def _still(image: "Image", form: str) -> Picture:
    from PIL import Image, ImageOps

    box = (TALLEST, DESK) if image.getexif().get(0x0112) in _TURNED_ASIDE else (DESK, TALLEST)
    image = _many_coloured(image)
    image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    profile = image.info.get("icc_profile")
    upright = _plain(_in_srgb(ImageOps.exif_transpose(image), profile))
    drawn = upright.getcolors(FEW_COLOURS) is not None
    kept: dict[tuple[int, int], bytes] = {}
    for size in sizes(*upright.size):
        kept[size] = _webp(
            _resized(upright, size), lossless=drawn, quality=60 if drawn else 82 if form == "JPEG" else 88
        )
    return Picture(upright.width, upright.height, kept)


def _moving(image: "Image", frames: int) -> Picture:
    if frames > FRAMES or frames * image.width * image.height > FRAME_MEGAPIXELS * 1_000_000:
        said = _("This animation is too long: at most %(frames)s pictures, and %(most)s million pixels in all of them.")
        raise Invalid(said % {"frames": FRAMES, "most": FRAME_MEGAPIXELS})
    first, *rest = _frames(image, frames)
    durations = [duration for _frame, duration in (first, *rest)]
    out, loop = BytesIO(), image.info.get("loop", 1)
    first[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=[frame for frame, _duration in rest],
        duration=durations,
        loop=loop if isinstance(loop, int) and 0 <= loop <= 1000 else 0,
        quality=70,
        method=2,
    )
    return Picture(first[0].width, first[0].height, {first[0].size: out.getvalue()})


def _frames(image: "Image", frames: int) -> Iterator[tuple["Image", int]]:
    """Each picture of an animation, scaled, with how many milliseconds it stays."""
    from PIL import Image

    size = (0, 0)
    for number in range(frames):
        image.seek(number)
        _check_size(image)
        frame = image.convert("RGBA")
        frame.thumbnail((PHONE, TALLEST // 2), Image.Resampling.BILINEAR, reducing_gap=2.0)
        size = frame.size if number == 0 else size
        frame = _resized(frame, size)
        frame.info = {}
        duration = image.info.get("duration", 100)
        # Browsers show what claims less than 20 ms for 100 ms; so do we, and nothing stays for ever.
        known = isinstance(duration, int | float) and duration >= 20
        yield frame, min(int(duration), 60_000) if known else 100


def _plain(image: "Image") -> "Image":
    """Red, green and blue, with transparency if there is any; nothing else that the file said."""
    clear = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    plain = image.convert("RGBA" if clear else "RGB")
    plain.info = {}
    return plain


def _many_coloured(image: "Image") -> "Image":
    """A picture with a palette cannot be scaled smoothly."""
    clear = "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB") if image.mode in ("1", "P", "PA") else image


def _resized(image: "Image", size: tuple[int, int]) -> "Image":
    from PIL import Image

    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)  # pyright: ignore[reportUnknownMemberType]


def _in_srgb(image: "Image", profile: object) -> "Image":
    """The colours as every screen shows them; phones take pictures in a wider range."""
    from PIL import ImageCms

    if not isinstance(profile, bytes) or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        known = ImageCms.ImageCmsProfile(BytesIO(profile))
        wanted = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore
        return ImageCms.profileToProfile(image, known, wanted, outputMode="RGB") or image
    except (ImageCms.PyCMSError, *_BROKEN):
        return image


def _webp(image: "Image", *, quality: int, lossless: bool = False) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, lossless=lossless, method=4)
    return out.getvalue()
