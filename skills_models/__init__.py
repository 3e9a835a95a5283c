"""Pure models of skills, needs and quotas: frames and arrays in, frames and arrays out."""
