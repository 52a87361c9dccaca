-- What a result says of its process and of what disturbed it, as columns: else every page reads it out of JSON.
ALTER TABLE measurements ADD COLUMN process VARCHAR;
ALTER TABLE measurements ADD COLUMN conditions VARCHAR;   -- disturbed | unsteady | busy machine | quiet; unknown
ALTER TABLE measurements ADD COLUMN findings VARCHAR;     -- sentences
ALTER TABLE measurements ADD COLUMN remarks VARCHAR;      -- sentences
UPDATE measurements SET
    process = json_extract_string(environment, '$.live.process'),
    conditions = CASE
        WHEN len(json_extract_string(environment, '$.live.conditions.findings[*]')) > 0 THEN 'disturbed'
        WHEN len(json_extract_string(environment, '$.live.findings[*]')) > 0 THEN 'unsteady'
        WHEN len(json_extract_string(environment, '$.live.conditions.remarks[*]')) > 0 THEN 'busy machine'
        WHEN json_exists(environment, '$.live.conditions') THEN 'quiet' END,
    findings = array_to_string(list_concat(json_extract_string(environment, '$.live.conditions.findings[*]'),
                                           json_extract_string(environment, '$.live.findings[*]')), '; '),
    remarks = array_to_string(json_extract_string(environment, '$.live.conditions.remarks[*]'), '; ');
