"""How often a law is tried: 500 times in the whole suite, fewer on every save (`dev.py check`)."""

from hypothesis import settings

ON_EVERY_SAVE = "save"  # the profile that check chooses
EXAMPLES, EXAMPLES_ON_SAVE = 500, 40

LAW = settings(
    max_examples=EXAMPLES_ON_SAVE if settings.get_current_profile_name() == ON_EVERY_SAVE else EXAMPLES
)
