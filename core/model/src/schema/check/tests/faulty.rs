//! Submitted definitions (their name left out) and the answers observed.

/// Those refused.
pub(super) const FIELDS: &[(&str, &str)] = &[
    (
        r#"{"fields":[{"name":"f","type":"text","min":-1,"max":-1}]}"#,
        r#"fields.1.min validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","min":5,"max":4}]}"#,
        r#"fields.1.max validation_min_greater_equal_than_required Must be no less than 5. threshold=5"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","max":9007199254740992}]}"#,
        r#"fields.1.max validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","min":9007199254740992}]}"#,
        r#"fields.1.min validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (r#"{"fields":[{"name":"f","type":"text","min":9223372036854775808}]}"#, r#"UNREADABLE"#),
    (
        r#"{"fields":[{"name":"f","type":"text","pattern":"("}]}"#,
        r#"fields.1.pattern validation_invalid_regex *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","pattern":"a(?=b)"}]}"#,
        r#"fields.1.pattern validation_invalid_regex *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"("}]}"#,
        r#"fields.1.autogeneratePattern validation_invalid_regex *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"[a-z]{5}","max":3}]}"#,
        r#"fields.1.autogeneratePattern validation_invalid_autogenerate_pattern_value *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"[a-z]{5}","pattern":"^\\d+$"}]}"#,
        r#"fields.1.autogeneratePattern validation_invalid_autogenerate_pattern_value *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"[a-z]{5}","min":10}]}"#,
        r#"fields.1.autogeneratePattern validation_invalid_autogenerate_pattern_value *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"^abc$"}]}"#,
        r#"fields.1.autogeneratePattern validation_invalid_autogenerate_pattern *"#,
    ),
    (
        r#"{"fields":[{"name":"id","type":"text","primaryKey":true,"pattern":"^[A-Z]+$","autogeneratePattern":"[a-z]{5}","min":1,"max":9,"hidden":true,"required":false}]}"#,
        r#"fields.0.autogeneratePattern validation_invalid_autogenerate_pattern_value *"#,
    ),
    (
        r#"{"fields":[{"name":"id","type":"text","primaryKey":true,"pattern":"","autogeneratePattern":"[a-zA-Z]{5}","min":20,"max":9}]}"#,
        r#"fields.0.autogeneratePattern validation_invalid_autogenerate_pattern_value * | fields.0.max validation_min_greater_equal_than_required Must be no less than 20. threshold=20"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"editor","maxSize":-1}]}"#,
        r#"fields.1.maxSize validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"editor","maxSize":9007199254740992}]}"#,
        r#"fields.1.maxSize validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"number","min":5,"max":4}]}"#,
        r#"fields.1.max validation_min_number_constraint Must be greater or equal than 5. min=5"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"number","min":1.5,"onlyInt":true}]}"#,
        r#"fields.1.min validation_only_int_constraint Decimal numbers are not allowed."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"number","max":1.5,"onlyInt":true}]}"#,
        r#"fields.1.max validation_only_int_constraint Decimal numbers are not allowed."#,
    ),
    (r#"{"fields":[{"name":"f","type":"number","min":"x"}]}"#, r#"UNREADABLE"#),
    (
        r#"{"fields":[{"name":"f","type":"email","exceptDomains":["a.com"],"onlyDomains":["b.com"]}]}"#,
        r#"fields.1.exceptDomains validation_empty Must be blank. | fields.1.onlyDomains validation_empty Must be blank."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"email","exceptDomains":["a b"]}]}"#,
        r#"fields.1.exceptDomains.0 validation_is_domain Must be a valid domain."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"email","onlyDomains":["a.com","http://x"]}]}"#,
        r#"fields.1.onlyDomains.1 validation_is_domain Must be a valid domain."#,
    ),
    (r#"{"fields":[{"name":"f","type":"email","onlyDomains":[5]}]}"#, r#"UNREADABLE"#),
    (
        r#"{"fields":[{"name":"f","type":"email","onlyDomains":["localhost"]}]}"#,
        r#"fields.1.onlyDomains.0 validation_is_domain Must be a valid domain."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"url","exceptDomains":["a.com"],"onlyDomains":["b.com"]}]}"#,
        r#"fields.1.exceptDomains validation_empty Must be blank. | fields.1.onlyDomains validation_empty Must be blank."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"url","exceptDomains":["a b"]}]}"#,
        r#"fields.1.exceptDomains.0 validation_is_domain Must be a valid domain."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"url","onlyDomains":["a.com:80"]}]}"#,
        r#"fields.1.onlyDomains.0 validation_is_domain Must be a valid domain."#,
    ),
    (r#"{"fields":[{"name":"f","type":"date","min":5}]}"#, r#"UNREADABLE"#),
    (
        r#"{"fields":[{"name":"f","type":"autodate"}]}"#,
        r#"fields.1.onCreate validation_required Either onCreate or onUpdate must be enabled. | fields.1.onUpdate validation_required Either onCreate or onUpdate must be enabled."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"select","values":["a","b"],"maxSelect":-1}]}"#,
        r#"fields.1.maxSelect validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"select","values":["a","b"],"maxSelect":3}]}"#,
        r#"fields.1.maxSelect validation_max_less_equal_than_required Must be no greater than 2. threshold=2"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"select","maxSelect":2}]}"#,
        r#"fields.1.maxSelect validation_max_less_equal_than_required Must be no greater than 1. threshold=1 | fields.1.values validation_required Cannot be blank."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"file","maxSelect":-1,"maxSize":-1}]}"#,
        r#"fields.1.maxSelect validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | fields.1.maxSize validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"file","maxSelect":9007199254740992}]}"#,
        r#"fields.1.maxSelect validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"file","maxSize":9007199254740992}]}"#,
        r#"fields.1.maxSize validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"file","thumbs":["1x1","x","0x0","10x0","0x10","10x10t","10x10z","10x10f","-1x1",""]}]}"#,
        r#"fields.1.thumbs.1 validation_match_invalid Must be in a valid format. | fields.1.thumbs.2 validation_not_in_invalid Must not be in list. | fields.1.thumbs.6 validation_match_invalid Must be in a valid format. | fields.1.thumbs.8 validation_match_invalid Must be in a valid format."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"file","thumbs":["0x0"]}]}"#,
        r#"fields.1.thumbs.0 validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"nope"}]}"#,
        r#"fields.1.collectionId validation_field_relation_missing_collection The relation collection doesn't exist."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"users"}]}"#,
        r#"fields.1.collectionId validation_field_relation_missing_collection The relation collection doesn't exist."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","minSelect":-1,"maxSelect":-1}]}"#,
        r#"fields.1.minSelect validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","minSelect":3,"maxSelect":2}]}"#,
        r#"fields.1.maxSelect validation_min_greater_equal_than_required Must be no less than 3. threshold=3"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","minSelect":3,"maxSelect":0}]}"#,
        r#"fields.1.maxSelect validation_required Cannot be blank."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"pbc_1709058526"}]}"#,
        r#"fields.1.collectionId validation_relation_field_non_view_base_collection Only view collections are allowed to have relations to other views."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"tmpid"}],"id":"tmpid"}"#,
        r#"fields.1.collectionId validation_field_relation_missing_collection The relation collection doesn't exist."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","minSelect":2}]}"#,
        r#"fields.1.maxSelect validation_required Cannot be blank."#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"json","maxSize":-1}]}"#,
        r#"fields.1.maxSize validation_min_greater_equal_than_required Must be no less than 0. threshold=0"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"json","maxSize":9007199254740992}]}"#,
        r#"fields.1.maxSize validation_max_less_equal_than_required Must be no greater than 9007199254740991. threshold=9007199254740991"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","min":-1,"max":-1}]}"#,
        r#"fields.1.min validation_min_greater_equal_than_required Must be no less than 1. threshold=1"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","min":72}]}"#,
        r#"fields.1.min validation_max_less_equal_than_required Must be no greater than 71. threshold=71"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","max":72}]}"#,
        r#"fields.1.max validation_max_less_equal_than_required Must be no greater than 71. threshold=71"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","min":10,"max":5}]}"#,
        r#"fields.1.max validation_min_greater_equal_than_required Must be no less than 10. threshold=10"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","cost":3}]}"#,
        r#"fields.1.cost validation_min_greater_equal_than_required Must be no less than 4. threshold=4"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","cost":32}]}"#,
        r#"fields.1.cost validation_max_less_equal_than_required Must be no greater than 31. threshold=31"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","cost":-1}]}"#,
        r#"fields.1.cost validation_min_greater_equal_than_required Must be no less than 4. threshold=4"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","pattern":"("}]}"#,
        r#"fields.1.pattern validation_invalid_regex *"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"password","min":0,"max":100}]}"#,
        r#"fields.1.max validation_max_less_equal_than_required Must be no greater than 71. threshold=71"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","id":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]}"#,
        r#"fields.1.id validation_length_out_of_range The length must be between 1 and 100. max=100 min=1"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","help":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]}"#,
        r#"fields.1.help validation_length_out_of_range The length must be between 1 and 300. max=300 min=1"#,
    ),
    (
        r#"{"fields":[{"name":"f","type":"text","help":"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"}]}"#,
        r#"fields.1.help validation_length_out_of_range The length must be between 1 and 300. max=300 min=1"#,
    ),
    (
        r#"{"fields":[{"name":"null","type":"text"}]}"#,
        r#"fields.1.name validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"_rowid_","type":"text"}]}"#,
        r#"fields.1.name validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"collectionName","type":"text"}]}"#,
        r#"fields.1.name validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"a_via_b","type":"text"}]}"#,
        r#"fields.1.name validation_found_via The value cannot contain "_via_"."#,
    ),
    (
        r#"{"fields":[{"name":"A_VIA_B","type":"text"}]}"#,
        r#"fields.1.name validation_found_via The value cannot contain "_via_"."#,
    ),
    (
        r#"{"fields":[{"name":"a b","type":"text"}]}"#,
        r#"fields.1.name validation_match_invalid Must be in a valid format."#,
    ),
    (
        r#"{"fields":[{"name":"","type":"text"}]}"#,
        r#"fields.1.name validation_required Cannot be blank."#,
    ),
    (
        r#"{"fields":[{"name":"é","type":"text"}]}"#,
        r#"fields.1.name validation_match_invalid Must be in a valid format."#,
    ),
    (
        r#"{"fields":[{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","type":"text"}]}"#,
        r#"fields.1.name validation_length_out_of_range The length must be between 1 and 100. max=100 min=1"#,
    ),
    (
        r#"{"fields":[{"name":"a-b","type":"text"}]}"#,
        r#"fields.1.name validation_match_invalid Must be in a valid format."#,
    ),
    (
        r#"{"fields":[{"name":"expand","type":"text"}]}"#,
        r#"fields.1.name validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"false","type":"text"}]}"#,
        r#"fields.1.name validation_not_in_invalid Must not be in list."#,
    ),
    (
        r#"{"fields":[{"name":"passwordConfirm","type":"text"}],"type":"auth"}"#,
        r#"fields.1.name validation_reserved_field_name The field name is reserved and cannot be used."#,
    ),
    (
        r#"{"fields":[{"name":"oldPassword","type":"text"}],"type":"auth"}"#,
        r#"fields.1.name validation_reserved_field_name The field name is reserved and cannot be used."#,
    ),
    (
        r#"{"fields":[{"name":"Password","type":"text"}],"type":"auth"}"#,
        r#"fields.2.name validation_duplicated_field_name Duplicated or invalid field name password. fieldName="password""#,
    ),
];

/// Those accepted.
pub(super) const SOUND: &[&str] = &[
    r#"{"fields":[{"name":"f","type":"text","min":5,"max":5}]}"#,
    r#"{"fields":[{"name":"f","type":"text","min":5,"max":0}]}"#,
    r#"{"fields":[{"name":"f","type":"text","min":6000}]}"#,
    r#"{"fields":[{"name":"f","type":"text","max":9007199254740991}]}"#,
    r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"a.*"}]}"#,
    r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"(a|b)+"}]}"#,
    r#"{"fields":[{"name":"f","type":"text","autogeneratePattern":"[^a]{3}"}]}"#,
    r#"{"fields":[{"name":"id","type":"text","system":false,"hidden":true,"min":0,"max":0,"pattern":"^[a-z0-9]+$"}]}"#,
    r#"{"fields":[{"name":"id","type":"text","primaryKey":false}]}"#,
    r#"{"fields":[{"name":"f","type":"editor","maxSize":9007199254740991}]}"#,
    r#"{"fields":[{"name":"f","type":"number","min":5,"max":5}]}"#,
    r#"{"fields":[{"name":"f","type":"number","min":1e+300}]}"#,
    r#"{"fields":[{"name":"f","type":"number","min":0,"max":0}]}"#,
    r#"{"fields":[{"name":"f","type":"email","onlyDomains":[""]}]}"#,
    r#"{"fields":[{"name":"f","type":"email","onlyDomains":["a.com","a.com"]}]}"#,
    r#"{"fields":[{"name":"f","type":"date","min":"x"}]}"#,
    r#"{"fields":[{"name":"f","type":"date","min":"2024-01-01","max":"2023-01-01 10:00:00"}]}"#,
    r#"{"fields":[{"name":"f","type":"autodate","onCreate":true}]}"#,
    r#"{"fields":[{"name":"f","type":"autodate","onUpdate":true,"required":true}]}"#,
    r#"{"fields":[{"name":"f","type":"select","values":["a","a"]}]}"#,
    r#"{"fields":[{"name":"f","type":"select","values":[""]}]}"#,
    r#"{"fields":[{"name":"f","type":"select","values":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}]}"#,
    r#"{"fields":[{"name":"f","type":"select","values":[" "]}]}"#,
    r#"{"fields":[{"name":"f","type":"file","mimeTypes":["","a b","image/png"]}]}"#,
    r#"{"fields":[{"name":"f","type":"file","maxSize":9007199254740991}]}"#,
    r#"{"fields":[{"name":"f","type":"file","maxSelect":9007199254740991}]}"#,
    r#"{"fields":[{"name":"f","type":"file","thumbs":["00x00"]}]}"#,
    r#"{"fields":[{"name":"f","type":"file","thumbs":[""]}]}"#,
    r#"{"fields":[{"name":"f","type":"file","mimeTypes":[""]}]}"#,
    r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","minSelect":1,"maxSelect":1}]}"#,
    r#"{"fields":[{"name":"f","type":"relation","collectionId":"_pb_users_auth_","maxSelect":9007199254740992}]}"#,
    r#"{"fields":[{"name":"f","type":"json","maxSize":9007199254740991}]}"#,
    r#"{"fields":[{"name":"f","type":"password","max":71,"min":71}]}"#,
    r#"{"fields":[{"name":"f","type":"password","cost":4}]}"#,
    r#"{"fields":[{"name":"f","type":"text","id":""}]}"#,
    r#"{"fields":[{"name":"f","type":"text","id":null}]}"#,
    r#"{"fields":[{"name":"f","type":"text","id":"a b"}]}"#,
    r#"{"fields":[{"name":"f","type":"text","id":"é"}]}"#,
    r#"{"fields":[{"name":"passwordConfirm","type":"text"}]}"#,
    r#"{"fields":[{"name":"EXPAND","type":"text"}]}"#,
    r#"{"fields":[{"name":"True","type":"text"}]}"#,
    r#"{"fields":[{"name":"rowid","type":"text"}]}"#,
    r#"{"fields":[{"name":"oid","type":"text"}]}"#,
    r#"{"fields":[{"name":"collectionid","type":"text"}]}"#,
    r#"{"fields":[{"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","type":"text"}]}"#,
    r#"{"fields":[{"name":"created","type":"text"}]}"#,
    r#"{"fields":[{"name":"_x","type":"text"}]}"#,
    r#"{"fields":[{"name":"1a","type":"text"}]}"#,
    r#"{"fields":[{"name":"oldpassword","type":"text"}],"type":"auth"}"#,
    r#"{"fields":[{"name":"password2","type":"text"}],"type":"auth"}"#,
    r#"{"fields":[{"name":"password","type":"text"}],"type":"auth"}"#,
];
