-- A row that was not seen to arrive, and goes to the same webhook again, is known there by the same id, whichever job
-- sends it.
ALTER TABLE ingest.send_items DROP CONSTRAINT send_items_message_id_key;
CREATE INDEX send_items_message ON ingest.send_items (message_id);
-- What may have arrived although nobody saw it.
CREATE INDEX send_items_unsent ON ingest.send_items (staging_id)
    WHERE state IN ('skipped', 'dead', 'stopped') AND attempts > 0;
COMMENT ON COLUMN ingest.send_items.message_id IS
    'Sent as webhook-id, the same until the webhook has answered that it has the row, so that the receiver knows it.';
