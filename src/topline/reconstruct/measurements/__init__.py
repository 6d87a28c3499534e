"""Numbers measured in patients, such as a marker at some times, that give what is printed."""
