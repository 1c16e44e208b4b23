"""Content that a test has changed on the disk: read anew."""

from runclinic import layer, resources


def forget():
    """Nothing that was read of the content is remembered, and no clinic's layer lies over it."""
    resources.text.cache_clear()
    resources.shipped.cache_clear()
    layer.lay({})
