// Excerpts of the pages found, where a server is: from a file a browser fetches no other file.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
