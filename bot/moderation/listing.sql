-- name: listed
SELECT kind, value FROM listed WHERE known_case = :id AND version = :version

-- name: list
INSERT INTO listed (known_case, version, kind, value) VALUES (:id, :version, :kind, :value)

-- name: listed_alone
SELECT DISTINCT listed.kind, listed.value FROM listed
WHERE listed.known_case = :id AND NOT EXISTS (
    SELECT 1
    FROM listed AS other JOIN known_case ON known_case.id = other.known_case AND known_case.version = other.version
    WHERE other.kind = listed.kind AND other.value = listed.value AND other.known_case <> :id
)
