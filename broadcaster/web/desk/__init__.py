"""The staff console, page by page. Its route list is in broadcaster.web.console; who may open what is `access`."""
