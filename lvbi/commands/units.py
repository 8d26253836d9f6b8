"""Units as the command line names them."""

from civic.city import City, Unit
from civic.refusals import Refusal


def find_unit(city: City, code: str) -> Unit:
    """Find a unit by its code. Raises Refusal not_a_unit_code with the counties, or the streets of the county."""
    unit = city.find_unit(code)
    if unit is None:
        county = next((one for one in city.counties() if code.startswith(one.code)), None)
        possible = city.streets(county.code) if county else (city.unit(city.root), *city.counties())
        raise Refusal('not_a_unit_code', asked=code, units=possible)
    return unit
