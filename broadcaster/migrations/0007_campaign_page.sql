-- The history of one campaign on its page: the trail holds every merge of two contacts too, millions after an import.
CREATE INDEX audit_of_campaigns ON audit (subject, id) WHERE action LIKE 'campaign.%' OR action LIKE 'delivery.%';

-- Asked for twice a second by every sender; listed on the page.
CREATE INDEX test_message_asked ON test_message (channel, at) WHERE state = 'asked';
CREATE INDEX test_message_of_campaign ON test_message (campaign, id);
