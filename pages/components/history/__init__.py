"""The forms of the page History: results, cases over time, sets beside one another."""
