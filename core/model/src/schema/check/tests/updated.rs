//! Updates, new collections and merges with what was observed of them.

/// Stored collection, body, what is wrong.
pub(super) const UPDATES: &[(&str, &str, &str)] = &[
    (r#"users"#, r#"{"name":null}"#, r#"name validation_required Cannot be blank."#),
    (
        r#"users"#,
        r#"{"authToken":null}"#,
        r#"authToken.duration validation_required Cannot be blank. | authToken.secret validation_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"authToken":{"secret":""}}"#,
        r#"authToken.secret validation_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"authToken":{"secret":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}"#,
        r#"authToken.secret validation_length_out_of_range The length must be between 30 and 255. max=255 min=30"#,
    ),
    (
        r#"users"#,
        r#"{"authToken":{"duration":9}}"#,
        r#"authToken.duration validation_min_greater_equal_than_required Must be no less than 10. threshold=10"#,
    ),
    (
        r#"users"#,
        r#"{"authToken":{"duration":94670857}}"#,
        r#"authToken.duration validation_max_less_equal_than_required Must be no greater than 94670856. threshold=94670856"#,
    ),
    (r#"users"#, r#"{"authToken":{"duration":1.5}}"#, r#"UNREADABLE"#),
    (
        r#"users"#,
        r#"{"oauth2":{"enabled":true,"providers":[{"name":"google","clientId":"x3","clientSecret":""}]}}"#,
        r#"oauth2.providers.0.clientSecret validation_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"oauth2":{"enabled":true,"providers":[{"name":"google","clientId":"","clientSecret":"a"},{"name":"google"},{"name":"nope"},{}]}}"#,
        r#"oauth2.providers.1.name validation_duplicated_provider The provider google is already registered. name="google""#,
    ),
    (
        r#"users"#,
        r#"{"oauth2":{"enabled":true,"providers":[{"name":"google","clientId":"x2","clientSecret":"sec","authURL":"nope","tokenURL":"https://x.y/z","userInfoURL":"foo bar"}]}}"#,
        r#"oauth2.providers.0.authURL validation_is_url Must be a valid URL. | oauth2.providers.0.userInfoURL validation_is_url Must be a valid URL."#,
    ),
    (r#"users"#, r#"{"oauth2":{"enabled":false,"providers":[{"name":"nope"}]}}"#, r#""#),
    (
        r#"users"#,
        r#"{"oauth2":{"enabled":true,"providers":[{"name":"nope","clientId":"a","clientSecret":"b"}]}}"#,
        r#"oauth2.providers.0.name validation_missing_provider Invalid or missing provider with name nope. name="nope""#,
    ),
    (
        r#"users"#,
        r#"{"oauth2":{"enabled":true,"providers":[{"name":""},{"name":"github"}]}}"#,
        r#"oauth2.providers.0.clientId validation_required Cannot be blank. | oauth2.providers.0.clientSecret validation_required Cannot be blank. | oauth2.providers.0.name validation_required Cannot be blank. | oauth2.providers.1.clientId validation_required Cannot be blank. | oauth2.providers.1.clientSecret validation_required Cannot be blank."#,
    ),
    (r#"users"#, r#"{"oauth2":{"enabled":true,"providers":[]}}"#, r#""#),
    (r#"users"#, r#"{"oauth2":null,"mfa":null}"#, r#""#),
    (
        r#"users"#,
        r#"{"mfa":{"enabled":true}}"#,
        r#"mfa.enabled validation_mfa_not_enough_auths MFA requires at least 2 auth methods to be enabled."#,
    ),
    (
        r#"users"#,
        r#"{"mfa":{"enabled":true,"rule":"zz=1"},"otp":{"enabled":true}}"#,
        r#"mfa.rule validation_invalid_rule *"#,
    ),
    (r#"users"#, r#"{"mfa":{"enabled":true},"otp":{"enabled":true}}"#, r#""#),
    (
        r#"users"#,
        r#"{"mfa":{"enabled":true,"duration":5},"otp":{"enabled":true,"duration":9,"length":3}}"#,
        r#"mfa.duration validation_min_greater_equal_than_required Must be no less than 10. threshold=10 | otp.duration validation_min_greater_equal_than_required Must be no less than 10. threshold=10 | otp.length validation_min_greater_equal_than_required Must be no less than 4. threshold=4"#,
    ),
    (
        r#"users"#,
        r#"{"mfa":{"enabled":true,"duration":86401},"otp":{"enabled":true,"duration":86401,"length":30}}"#,
        r#"mfa.duration validation_max_less_equal_than_required Must be no greater than 86400. threshold=86400 | otp.duration validation_max_less_equal_than_required Must be no greater than 86400. threshold=86400"#,
    ),
    (
        r#"users"#,
        r#"{"mfa":{"enabled":false,"duration":5,"rule":"xx = 1"},"otp":{"enabled":false,"duration":9,"length":3}}"#,
        r#""#,
    ),
    (
        r#"users"#,
        r#"{"authAlert":{"emailTemplate":{"subject":"","body":null}},"verificationTemplate":{"subject":""},"resetPasswordTemplate":{"body":""}}"#,
        r#"authAlert.emailTemplate.body validation_required Cannot be blank. | authAlert.emailTemplate.subject validation_required Cannot be blank. | resetPasswordTemplate.body validation_required Cannot be blank. | verificationTemplate.subject validation_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"passwordAuth":{"enabled":true,"identityFields":["email","nope","verified"]}}"#,
        r#"passwordAuth.identityFields validation_missing_field Invalid or missing field nope. fieldName="nope""#,
    ),
    (
        r#"users"#,
        r#"{"passwordAuth":{"identityFields":["verified"]}}"#,
        r#"passwordAuth.identityFields validation_missing_unique_constraint The field verified doesn't have a UNIQUE constraint. fieldName="verified""#,
    ),
    (
        r#"users"#,
        r#"{"passwordAuth":{"identityFields":["id"]}}"#,
        r#"passwordAuth.identityFields validation_missing_unique_constraint The field id doesn't have a UNIQUE constraint. fieldName="id""#,
    ),
    (r#"users"#, r#"{"passwordAuth":{"identityFields":["tokenKey"]}}"#, r#""#),
    (r#"users"#, r#"{"passwordAuth":{"enabled":false,"identityFields":["email","nope"]}}"#, r#""#),
    (
        r#"users"#,
        r#"{"passwordAuth":{"enabled":true,"identityFields":[]}}"#,
        r#"passwordAuth.identityFields validation_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"authRule":"xx = 1","manageRule":""}"#,
        r#"authRule validation_invalid_rule * | manageRule validation_nil_or_not_empty_required Cannot be blank."#,
    ),
    (
        r#"users"#,
        r#"{"fields":[{"name":"verified","type":"number"}]}"#,
        r#"fields validation_system_field_change System fields cannot be deleted or renamed."#,
    ),
    (
        r#"users"#,
        r#"{"fields":[{"name":"email2","id":"email3885137012","type":"email"},{"name":"email","type":"email"}]}"#,
        r#"fields validation_system_field_change System fields cannot be deleted or renamed."#,
    ),
    (
        r#"users"#,
        r#"{"fields":[{"name":"q","type":"text"},{"name":"id","type":"number"}]}"#,
        r#"fields.2.name validation_duplicated_field_name Duplicated or invalid field name id. fieldName="id""#,
    ),
    (
        r#"users"#,
        r#"{"fields":[{"name":"w","type":"text"},{"name":"email","type":"email"},{"id":"xx","name":"Password","type":"password"}]}"#,
        r#"fields.4.name validation_duplicated_field_name Duplicated or invalid field name password. fieldName="password""#,
    ),
    (
        r#"users"#,
        r#"{"fields":[{"name":"z","type":"number","id":"text1579384326"}]}"#,
        r#"fields.1 validation_field_type_change Field type cannot be changed."#,
    ),
    (
        r#"users"#,
        r#"{"type":"base"}"#,
        r#"type validation_collection_type_change Collection type cannot be changed."#,
    ),
    (r#"users"#, r#"{"type":"nope"}"#, r#"type validation_in_invalid Must be a valid value."#),
    (r#"users"#, r#"{"type":null,"viewQuery":"select 1","zzz":1}"#, r#""#),
    (
        r#"users"#,
        r#"{"id":"pbc_2279338944"}"#,
        r#"id validation_values_mismatch Values don't match."#,
    ),
    (
        r#"users"#,
        r#"{"system":true}"#,
        r#"system validation_collection_system_flag_change System collection state cannot be changed."#,
    ),
    (r#"users"#, r#"{"indexes":["CREATE UNIQUE INDEX zzz on users (email)"]}"#, r#""#),
    (
        r#"users"#,
        r#"{"indexes":["CREATE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)"]}"#,
        r#"indexes.1 validation_duplicated_index_name The index name already exists."#,
    ),
    (
        r#"_mfas"#,
        r#"{"system":false}"#,
        r#"system validation_collection_system_flag_change System collection state cannot be changed."#,
    ),
    (
        r#"_mfas"#,
        r#"{"fields":[],"listRule":null,"viewRule":null}"#,
        r#"fields validation_system_field_change System fields cannot be deleted or renamed. | listRule validation_collection_system_rule_change System collection API rule cannot be changed. | viewRule validation_collection_system_rule_change System collection API rule cannot be changed."#,
    ),
    (r#"_mfas"#, r#"{"indexes":[]}"#, r#""#),
    (
        r#"_externalAuths"#,
        r#"{"indexes":[]}"#,
        r#"indexes validation_invalid_unique_system_field_index Unique index definition on system fields (collectionRef) is invalid or missing. fieldName="collectionRef""#,
    ),
    (
        r#"_superusers"#,
        r#"{"name":"_Superusers"}"#,
        r#"name validation_collection_system_name_change System collection name cannot be changed."#,
    ),
    (
        r#"_superusers"#,
        r#"{"authRule":null,"createRule":""}"#,
        r#"authRule validation_collection_system_rule_change System collection API rule cannot be changed. | createRule validation_collection_system_rule_change System collection API rule cannot be changed."#,
    ),
    (
        r#"_superusers"#,
        r#"{"manageRule":"id != ''"}"#,
        r#"manageRule validation_collection_system_rule_change System collection API rule cannot be changed."#,
    ),
    (r#"_superusers"#, r#"{"passwordAuth":{"enabled":false},"otp":{"enabled":true}}"#, r#""#),
];

/// Body, what is wrong.
pub(super) const CREATES: &[(&str, &str)] = &[
    (
        r#"{"name":"Users"}"#,
        r#"name validation_collection_name_exists Collection name must be unique (case insensitive)."#,
    ),
    (
        r#"{"name":"_pb_users_auth_"}"#,
        r#"name validation_collection_name_id_duplicate The name must not match an existing collection id."#,
    ),
    (
        r#"{"name":"_params"}"#,
        r#"name validation_collection_name_invalid The name shouldn't match with an existing internal table."#,
    ),
    (r#"{"name":"bad name"}"#, r#"name validation_match_invalid Must be in a valid format."#),
    (r#"{"name":"a_VIA_b"}"#, r#"name validation_found_via The value cannot contain "_via_"."#),
    (
        r#"{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#,
        r#"name validation_length_out_of_range The length must be between 1 and 255. max=255 min=1"#,
    ),
    (
        r#"{"name":"okid","id":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#,
        r#"id validation_length_out_of_range The length must be between 1 and 100. max=100 min=1"#,
    ),
    (
        r#"{"name":"okid","id":"_pb_users_auth_"}"#,
        r#"id validation_invalid_or_existing_id The model id is invalid or already exists."#,
    ),
    (r#"{"name":"okid","id":"a b"}"#, r#"id validation_match_invalid Must be in a valid format."#),
    (r#"{"NAME":"case","Type":"auth"}"#, r#""#),
    (r#"{"name":"Dup","id":"users"}"#, r#""#),
    (r#"{}"#, r#"name validation_required Cannot be blank."#),
    (r#"null"#, r#"name validation_required Cannot be blank."#),
    (r#"{"name":"x","type":"nope"}"#, r#"type validation_in_invalid Must be a valid value."#),
    (r#"{"name":"x","type":5}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","listRule":5}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","indexes":"x"}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","indexes":[5]}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","system":"x"}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","updated":5}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":["x"]}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":{"a":1}}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":[null]}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":[{"name":"x"}]}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":[{"name":5,"type":"text"}]}"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":[{"name":"x","type":"text","min":1.5}]}"#, r#"UNREADABLE"#),
    (r#"[]"#, r#"UNREADABLE"#),
    (r#"{"name":"x","fields":null,"indexes":null}"#, r#""#),
    (r#"{"name":"x","listRule":" "}"#, r#"listRule validation_invalid_rule *"#),
    (r#"{"name":"x","system":true}"#, r#""#),
    (
        r#"{"name":"x","fields":[{"name":"pk","type":"text","primaryKey":true}]}"#,
        r#"fields.0.primaryKey validation_unsupported_composite_pk Composite PKs are not supported and the collection must have only 1 PK. | fields.1.name validation_in_invalid The primary key must be named "id". | fields.1.pattern validation_required Cannot be blank. | fields.1.primaryKey validation_unsupported_composite_pk Composite PKs are not supported and the collection must have only 1 PK. | fields.1.required validation_required Cannot be blank."#,
    ),
    (
        r#"{"name":"x","fields":[{"name":"uuu","type":"text","id":"text3208210256"}]}"#,
        r#"fields validation_missing_primary_key Missing or invalid "id" PK field."#,
    ),
    (
        r#"{"name":"x","fields":[{"name":"ab","type":"text"},{"name":"AB","type":"text"}]}"#,
        r#"fields.2.name validation_duplicated_field_name Duplicated or invalid field name AB. fieldName="AB""#,
    ),
    (
        r#"{"name":"vw","type":"view"}"#,
        r#"fields validation_required Cannot be blank. | viewQuery validation_required Cannot be blank."#,
    ),
    (
        r#"{"name":"vw","type":"view","viewQuery":"select * from users"}"#,
        r#"fields validation_required Cannot be blank. | viewQuery validation_invalid_view_query Invalid query - wildcard columns (*) are not supported - manually type the collection field names you want the view query to have."#,
    ),
    (
        r#"{"name":"vw","type":"view","viewQuery":"select id from users; select id from users"}"#,
        r#"fields validation_required Cannot be blank. | viewQuery validation_invalid_view_query Invalid query - multiple statements are not supported."#,
    ),
    (
        r#"{"name":"vw","type":"view","viewQuery":"select id,email from users","listRule":"email='x'"}"#,
        r#""#,
    ),
    (
        r#"{"name":"vw","type":"view","viewQuery":"select id from users","fields":[{"name":"x","type":"nope"}]}"#,
        r#"UNREADABLE"#,
    ),
];

/// Stored collection or none, body, the fields that come of it.
pub(super) const MERGES: &[(Option<&str>, &str, &str)] = &[
    (
        None,
        r#"{"name":"dupid","fields":[{"name":"ab","type":"text","id":"k1"},{"name":"ac","type":"text","id":"k1"}]}"#,
        r#"id:text:text3208210256 ac:text:k1"#,
    ),
    (
        None,
        r#"{"name":"dupnm","fields":[{"name":"ab","type":"text"},{"name":"ab","type":"number"}]}"#,
        r#"id:text:text3208210256 ab:number:text2659403885"#,
    ),
    (None, r#"{"name":"c8","fields":[{"name":"id","type":"text","id":"zz"}]}"#, r#"id:text:zz"#),
    (
        None,
        r#"{"name":"c4","type":"auth","fields":[{"name":"w","type":"text"},{"name":"email","type":"email"},{"name":"q","type":"text"},{"name":"id","type":"text"}]}"#,
        r#"w:text:text476252946 email:email:email3885137012 q:text:text4110462503 id:text:text3208210256 password:password:password901924565 tokenKey:text:text2504183744 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        None,
        r#"{"name":"c5","type":"auth","fields":[{"name":"w","type":"text"},{"name":"email","type":"text"}]}"#,
        r#"id:text:text3208210256 w:text:text476252946 email:email:text3885137012 password:password:password901924565 tokenKey:text:text2504183744 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        None,
        r#"{"name":"c6","type":"auth","fields":[{"name":"w","type":"text"},{"name":"email","type":"email","id":"foo"}]}"#,
        r#"id:text:text3208210256 w:text:text476252946 email:email:foo password:password:password901924565 tokenKey:text:text2504183744 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        Some("users"),
        r#"{"fields":[]}"#,
        r#"id:text:text3208210256 password:password:password901924565 tokenKey:text:text2504183744 email:email:email3885137012 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        Some("users"),
        r#"{"fields":[{"name":"q","type":"text"}]}"#,
        r#"id:text:text3208210256 q:text:text4110462503 password:password:password901924565 tokenKey:text:text2504183744 email:email:email3885137012 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        Some("users"),
        r#"{"fields":[{"name":"w","type":"text"},{"name":"password","type":"password"}]}"#,
        r#"id:text:text3208210256 w:text:text476252946 password:password:password901924565 tokenKey:text:text2504183744 email:email:email3885137012 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        Some("users"),
        r#"{"fields":[{"name":"nick","type":"text","id":"text1579384326"}]}"#,
        r#"id:text:text3208210256 nick:text:text1579384326 password:password:password901924565 tokenKey:text:text2504183744 email:email:email3885137012 emailVisibility:bool:bool1547992806 verified:bool:bool256245529"#,
    ),
    (
        Some("vv"),
        r#"{"viewQuery":"select id, id as u from users","fields":[{"name":"x","type":"text"}]}"#,
        r#"id:text:text3208210256 u:relation:relation4067256894"#,
    ),
];
