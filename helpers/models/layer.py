"""What every layer has: named parameters, a gradient for each, and perhaps layers inside.

A layer knows two things. `forward` computes its output. `backward` is given d_output, the gradient
of the loss with respect to that output, leaves the gradient of each parameter in `gradients`, and
returns the gradient with respect to its input: the d_output of the layer before. Running the
layers forwards and then backwards is back-propagation; there is no more to it.

(Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", 1986.)
"""

import numpy as np


class Layer:
    """Parameters and layers, by name.

    Layer(weight=array, bias=array)         a layer with two parameters
    Layer(first=layer, second=layer)        a layer made of layers

    A gradient is overwritten, not added to, at each `backward`; so a layer is used once in a
    forward pass, and `backward` belongs to the latest `forward`.
    """

    def __init__(self, **parts):
        self.parameters, self.gradients, self.layers = {}, {}, {}
        for name, part in parts.items():
            if isinstance(part, Layer):
                self.layers[name] = part
            else:
                self.parameters[name] = part
                self.gradients[name] = np.zeros_like(part)

    def owners(self, prefix=""):
        """Every parameter below here, as (full name, the layer that holds it, its name there)."""
        for name in self.parameters:
            yield prefix + name, self, name
        for name, layer in self.layers.items():
            yield from layer.owners(f"{prefix}{name}.")


class Model(Layer):
    """A layer whose parameters all lie in one flat vector, so that an optimiser is a few lines.

    `flat` and `flat_gradient` are (n_parameters,); the arrays in the layers are views of them.
    """

    def __init__(self, dtype=np.float64, **parts):
        super().__init__(**parts)
        owners = list(self.owners())
        count = sum(layer.parameters[name].size for _, layer, name in owners)
        self.flat = np.empty(count, dtype)
        self.flat_gradient = np.zeros(count, dtype)
        start = 0
        for _, layer, name in owners:
            array = layer.parameters[name]
            here = slice(start, start + array.size)
            layer.parameters[name] = self.flat[here].reshape(array.shape)
            layer.parameters[name][...] = array
            layer.gradients[name] = self.flat_gradient[here].reshape(array.shape)
            start += array.size

    @property
    def dtype(self):
        """Floating type of all parameters."""
        return self.flat.dtype

    def named_parameters(self):
        """Full name -> array, e.g. "block_0.attention.w_query" -> (d_model, n_heads * d_head)."""
        return {full: layer.parameters[name] for full, layer, name in self.owners()}

    def named_gradients(self):
        """The same names -> the gradients that the latest `backward` left."""
        return {full: layer.gradients[name] for full, layer, name in self.owners()}

    def save(self, path):
        """Write all parameters to a .npz file, by name, without pickle."""
        from helpers.models.parameter_file import save

        save(path, self.named_parameters())

    def load(self, path):
        """Read parameters that `save` wrote into this model, in place, and return the model.

        Raises ValueError if the file is damaged or belongs to a model of other names or shapes;
        the model is then as it was.
        """
        from helpers.models.parameter_file import load

        found = load(path, self.named_parameters())
        for name, array in self.named_parameters().items():
            array[...] = found[name]
        return self


def draw(rng, d_in, *shape):
    """A random (d_in, *shape) matrix with standard deviation 1/√d_in.

    An output is then about as large as an input: sums of d_in random products grow as √d_in.
    """
    return rng.normal(0, d_in**-0.5, (d_in, *shape))
