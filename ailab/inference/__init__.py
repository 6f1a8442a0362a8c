"""One process that holds the models when a class shares a laptop, and the client that asks it.

They speak the Open Inference Protocol (HTTP, with the binary data extension), so that Triton, KServe or MLServer can take the
place of the process. Nobody needs it who runs one notebook: :class:`ailab.vision.Backbone` then runs the model itself.
"""
