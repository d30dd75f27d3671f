-- name: of
SELECT noun, n FROM register_size
