"""Pure, standard-library helpers of one concept each that know no word of our domain."""
