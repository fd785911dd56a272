"""Values that everything else is told in: names, quantities, times, origin."""
