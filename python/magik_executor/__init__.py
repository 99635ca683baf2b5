"""Runs models of the Magik toolkit (.mgk, .bin) on the PC, with the same bytes as on boards.

    from magik_executor.magik_executor import *

    routine = MagikRoutine("model_quant.mgk", dump_file=False)
    routine.set_input(image, routine.inames()[0])   # uint8 RGB, shape (1, h, w, 3)
    routine.run()
    scores = routine.get_output(routine.onames()[0])
"""
