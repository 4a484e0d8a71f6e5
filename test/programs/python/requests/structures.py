class CaseInsensitiveDict(dict):
    """Names of headers in whatever case."""

    def __setitem__(self, name, value):
        super().__setitem__(name.lower(), value)
