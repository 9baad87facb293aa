"""Rules that adapt images and layers of distroless to rules_img."""

load("@distroless//rules:img.bzl", "img_image", "img_layers")
load("@rules_img//img:providers.bzl", "ImageIndexInfo", "ImageManifestInfo", "LayersInfo", "SingleLayerInfo")

distroless_image = img_image(
    ImageManifestInfo,
    ImageIndexInfo,
    SingleLayerInfo,
    toolchain = Label("@rules_img//img:toolchain_type"),
)
distroless_layers = img_layers(LayersInfo, SingleLayerInfo)
