"""The version of Java, derived from the version of its package."""

def java_version(version):
    """JAVA_VERSION: the first three numbers of the version before the first `+`, and the fourth one if it is not 0.

    Args:
      version: the version of `openjdk-N-jre-headless`, such as `17.0.20.1+1-1~deb11u1`.

    Returns:
      The version that `java -version` prints, such as `17.0.20.1`.
    """
    numbers = version.split("+")[0].split(".")
    return ".".join(numbers[:4] if len(numbers) > 3 and numbers[3] != "0" else numbers[:3])
