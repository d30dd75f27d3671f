-- name: save
INSERT INTO saved_template (name, version, content, author, at)
SELECT :name, coalesce(max(version), 0) + 1, :content, :author, :at FROM saved_template WHERE name = :name

-- name: find
SELECT saved_template.*, staff.name AS author_name FROM saved_template JOIN staff ON staff.id = saved_template.author
WHERE saved_template.id = :id

-- name: latest
SELECT saved_template.*, staff.name AS author_name FROM saved_template JOIN staff ON staff.id = saved_template.author
WHERE saved_template.version = (SELECT max(version) FROM saved_template AS other WHERE other.name = saved_template.name)
ORDER BY saved_template.name

-- name: versions
SELECT saved_template.*, staff.name AS author_name FROM saved_template JOIN staff ON staff.id = saved_template.author
WHERE saved_template.name = :name
ORDER BY saved_template.version DESC
