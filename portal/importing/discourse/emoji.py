"""Emoji by the names that forums give them between colons."""

import re
import unicodedata

SHORT = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "100": "💯", "angry": "😠", "anguished": "😧",
    "astonished": "😲", "blush": "😊", "boom": "💥", "bow": "🙇", "bowing_man": "🙇", "bulb": "💡", "bug": "🐛",
    "clap": "👏", "coffee": "☕", "cold_sweat": "😰", "confetti_ball": "🎊", "confounded": "😖", "confused": "😕",
    "construction_worker_man": "👷", "cool": "🆒", "cow": "🐮", "cowboy_hat_face": "🤠", "crazy_face": "🤪",
    "cry": "😢", "dark_sunglasses": "🕶", "desktop_computer": "🖥", "disappointed": "😞", "disappointed_relieved": "😥",
    "dizzy": "💫", "dizzy_face": "😵", "drum": "🥁", "exclamation": "❗", "expressionless": "😑", "eyes": "👀",
    "face_with_hand_over_mouth": "🤭", "face_with_monocle": "🧐", "face_with_raised_eyebrow": "🤨", "fearful": "😨",
    "fish_cake": "🍥", "fishing_pole_and_fish": "🎣", "fist_left": "🤛", "flight_arrival": "🛬", "flushed": "😳",
    "frowning": "😦", "frowning_face": "☹", "frowning_with_open_mouth": "😦", "fu": "🖕", "gift": "🎁",
    "grimacing": "😬",
    "grin": "😁", "grinning": "😀", "grinning_face_with_smiling_eyes": "😄", "hammer_and_wrench": "🛠", "heart": "❤",
    "heart_eyes": "😍", "heartbeat": "💓", "hearts": "♥", "hocho": "🔪", "hugs": "🤗", "id": "🆔", "imp": "👿",
    "information_source": "ℹ", "innocent": "😇", "joy": "😂", "kissing_heart": "😘", "laughing": "😆",
    "love_you_gesture": "🤟", "man_cartwheeling": "🤸", "man_facepalming": "🤦", "man_shrugging": "🤷", "mask": "😷",
    "memo": "📝", "metal": "🤘", "muscle": "💪", "musical_note": "🎵", "nerd": "🤓", "nerd_face": "🤓",
    "neutral_face": "😐", "no_mouth": "😶", "notes": "🎶", "ok_hand": "👌", "open_mouth": "😮", "partying_face": "🥳",
    "pencil": "📝", "pencil2": "✏", "pensive": "😔", "persevere": "😣", "pleading_face": "🥺", "point_down": "👇",
    "point_left": "👈", "point_right": "👉", "point_up": "☝", "poop": "💩", "pray": "🙏", "question": "❓",
    "racehorse": "🐎", "rage": "😡", "raised_hand_with_fingers_splayed": "🖐", "raised_hands": "🙌", "relaxed": "☺",
    "relieved": "😌", "rofl": "🤣", "roll_eyes": "🙄", "scream": "😱", "see_no_evil": "🙈", "shushing_face": "🤫",
    "simple_smile": "🙂", "sleeping": "😴", "sleepy": "😪", "slight_frown": "🙁", "slight_smile": "🙂",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "smiley": "😃", "smiling_face": "☺", "smiling_imp": "😈", "smirk": "😏", "snowman": "⛄", "sob": "😭",
    "socks": "🧦", "space_invader": "👾", "speak_no_evil": "🙉", "star": "⭐", "star2": "🌟", "star_struck": "🤩",
    "stop_sign": "🛑", "stuck_out_tongue": "😛", "stuck_out_tongue_closed_eyes": "😝",
    "stuck_out_tongue_winking_eye": "😜", "sunglasses": "😎", "sunny": "☀", "sweat": "😓", "sweat_smile": "😅",
    "tada": "🎉", "test_tube": "🧪", "thinking": "🤔", "thinking_face": "🤔", "tired_face": "😫", "triumph": "😤",
    "unamused": "😒", "unicorn": "🦄", "upside_down_face": "🙃", "v": "✌", "vulcan_salute": "🖖", "warning": "⚠",
    "wave": "👋", "weary": "😩", "white_check_mark": "✅", "wink": "😉", "woman_zombie": "🧟", "woozy_face": "🥴",
    "worried": "😟", "x": "❌", "yum": "😋", "zombie": "🧟", "zzz": "💤", "business_suit_levitating": "🕴",
    "whale2": "🐋", "man": "👨", "woman": "👩", "bee": "🐝", "car": "🚗", "beer": "🍺", "beers": "🍻", "email": "✉",
}  # fmt: skip
_NAMED = re.compile(r":([a-z0-9_+-]{1,40})(?::t[2-6])?:")
_WORD = re.compile(r"(?<![\w:]):([a-z0-9_+-]{1,40}):(?![\w:])")


def emoji(name: str) -> str:
    """The character of a name, with or without its colons; what nobody knows stays as it was written."""
    found = _NAMED.fullmatch(name)
    word = found[1] if found else name
    return SHORT.get(word) or _by_name(word) or name


def readable(text: str) -> str:
    """The text with its emoji in place of their names; words between colons that are none stay."""
    return _WORD.sub(lambda found: SHORT.get(found[1]) or _by_name(found[1]) or found[0], text)


def _by_name(word: str) -> str:
    """Many have the name of their character."""
    try:
        char = unicodedata.lookup(word.replace("_", " "))
    except KeyError:
        return ""
    return char if unicodedata.category(char) == "So" else ""
