"""Pure computations on the walking network: arrays in, arrays out."""
