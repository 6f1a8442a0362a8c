"""One process that holds the models when a class shares a laptop, and the client that asks it.

They speak the Open Inference Protocol (HTTP; raw bytes where the server takes them, otherwise JSON), so that Triton, KServe or
MLServer can take the place of the process. Nobody needs it who runs one notebook: :class:`ailab.vision.Backbone` then runs the model itself.
"""
