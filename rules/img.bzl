"""An optional adaptor to rules_img.

No other file of distroless loads this one, and this one does not load rules_img."""

load("//rules/private/image:img_adaptor.bzl", _IMG_FIELDS = "IMG_FIELDS", _img_image = "img_image", _img_layers = "img_layers")

IMG_FIELDS = _IMG_FIELDS
img_image = _img_image
img_layers = _img_layers
