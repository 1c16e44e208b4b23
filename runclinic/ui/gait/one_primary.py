"""One action of a page is what is next: it alone is primary."""

from runclinic.ui.pieces import Button


def become_primary(button: Button, *, primary: bool) -> None:
    """What is next, or one action among others."""
    kind = "primary" if primary else ""
    if button.property("kind") == kind:
        return
    button.setProperty("kind", kind)
    button.style().unpolish(button)
    button.style().polish(button)
    button.become(button.text(), token="on_accent" if primary else "text2")
