"""What leaves the clinic on paper: PDF bytes made from values, never from the window."""
