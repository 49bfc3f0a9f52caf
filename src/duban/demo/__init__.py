"""`duban demo`: the main job on the real plan, with made-up enterprises, on one machine and with nothing sent out."""

from duban.demo.running import run_demo

__all__ = ["run_demo"]
