"""EC2: the checks, times and pages that moto leaves out, over moto's objects."""
