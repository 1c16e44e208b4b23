"""How a red flag is said on the screen; a private one is never spelled out."""

from runclinic.forms.flags import SAFEGUARDING, OpenFlag, actions
from runclinic.ui.pieces import Icon
from runclinic.ui.say import say

STOP = ("A1", "A2")
HOLD = ("A3h", "A3")


def is_private(flag: OpenFlag) -> bool:
    """Whether it is spoken about with her alone."""
    return flag.action == SAFEGUARDING


def flag_title(flag: OpenFlag) -> str:
    """What to do now."""
    return say("flag.private") if is_private(flag) else actions()[flag.action].banner


def flag_tone(flag: OpenFlag) -> str:
    """Red for what stops or must be referred, amber for what is carried on with."""
    return "red" if flag.action in (*STOP, *HOLD) else "amber"


def flag_icon(flag: OpenFlag, size: int = 18) -> Icon:
    """Octagon for a stop, flag for a referral, triangle for a caution, a quiet eye for a private one."""
    name = "alert-octagon" if flag.action in STOP else "flag" if flag.action in HOLD else "alert"
    if is_private(flag):
        return Icon("eye-off-outline", "text2", size, say("flag.private"))
    return Icon(name, flag_tone(flag), size, say(f"flag.tone_{flag_tone(flag)}"))
