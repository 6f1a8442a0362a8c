"""Kernels that are there at once: forked from one process that has already imported what the demos need (Linux and macOS).

A kernel provisioner of Jupyter: where it cannot fork, and whenever forking fails, it starts an ordinary kernel.
"""
