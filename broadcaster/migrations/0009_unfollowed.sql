-- How many of earlier snapshots were not in this one, counted when its import ended: a page counts none of a million followers.
-- 0 in the first one, and in whatever is not whole.
ALTER TABLE snapshot ADD COLUMN unfollowed INTEGER NOT NULL DEFAULT 0;
UPDATE snapshot SET unfollowed = (
    SELECT count(*) FROM edge WHERE edge.suspect = snapshot.suspect AND edge.last_seen < unixepoch(snapshot.taken_at)
)
WHERE whole = 1
    AND EXISTS (SELECT 1 FROM snapshot AS one WHERE one.suspect = snapshot.suspect AND one.whole = 1 AND one.id <> snapshot.id)
    AND NOT EXISTS (
        SELECT 1 FROM snapshot AS later
        WHERE later.suspect = snapshot.suspect AND later.whole = 1 AND later.taken_at > snapshot.taken_at
    );
