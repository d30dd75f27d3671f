-- Links and receipts name the contact that was written to: who it became is asked for each of them.
CREATE INDEX audit_of_merges ON audit (subject) WHERE action = 'contact.merge';

-- How often a campaign has paused: asked twice a second while its share of errors is high.
CREATE INDEX audit_of_pauses ON audit (subject) WHERE action = 'campaign.pause';
