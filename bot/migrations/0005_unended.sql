-- Tellings a person may have to look at: counted on every page of a senior.
CREATE INDEX telling_unended ON telling (state, at) WHERE state IN ('claimed', 'refused');
