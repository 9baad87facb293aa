"""The providers of images, image indexes, artifacts and layers, of publishers, of images to publish, and of evidence about images."""

load("//rules/private/providers:artifact_info.bzl", _ArtifactInfo = "ArtifactInfo")
load("//rules/private/providers:evidence_info.bzl", _EvidenceInfo = "EvidenceInfo")
load("//rules/private/providers:image_index_info.bzl", _ImageIndexInfo = "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", _ImageInfo = "ImageInfo")
load("//rules/private/providers:layer_info.bzl", _LayerInfo = "LayerInfo")
load("//rules/private/providers:layers_info.bzl", _LayersInfo = "LayersInfo")
load("//rules/private/providers:publication_info.bzl", _PublicationInfo = "PublicationInfo")
load("//rules/private/providers:publisher_info.bzl", _PublisherInfo = "PublisherInfo")

ArtifactInfo = _ArtifactInfo
EvidenceInfo = _EvidenceInfo
ImageInfo = _ImageInfo
ImageIndexInfo = _ImageIndexInfo
LayerInfo = _LayerInfo
LayersInfo = _LayersInfo
PublicationInfo = _PublicationInfo
PublisherInfo = _PublisherInfo
