"""Ladders (催办阶梯): their stages and rungs, whom a rung addresses, and the office hours in which it speaks."""
