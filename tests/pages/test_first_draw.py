"""What the server draws before the first reader comes: it must go through, or its garbage is never frozen."""

from pages.components.first_draw import first_draw


def test_the_first_draw_goes_through():
    first_draw()
