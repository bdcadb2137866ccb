//! The keys of fleet.yaml: cloud, users, databases. Schedules are in `raw_schedule`.

use jiff::civil::Date;

use super::decode::{Either, Entries, Free, Kept, OneOrMany, section};
use super::leaf::{AsWritten, Cidr, Duration, Int, Percent, RelPath, Size, Zone};
use super::leaf_aws::{
    AccountId, ApplyWord, BackupWindow, CreateWord, DatabaseName, DbClass, Endpoint, Engine, Family, GroupId, ImageOwner, Imds,
    InstanceType, KmsKey, MaintenanceWindow, MasterUser, NoneWord, PlaceText, ProviderWord, Region, RoleArn, SsmPath, SubnetGroup,
    SubnetWord, VolumeType, VpcWord,
};
use super::raw_other::{RawAdvisor, RawHistory, RawLease, RawOverride, RawPrices};
use super::raw_schedule::{RawCalendar, RawNotify, RawSchedule};
use crate::fleet::{ImageChoice, KeySource};
use crate::name::{FleetName, Name};
use crate::span::At;

section! {
    /// fleet.yaml: how an AWS fleet should be.
    RawFleet {
        /// Identity of the fleet in every ownership tag; required as soon as anything is owned.
        fleet = "fleet": FleetName,
        /// Earlier names of this fleet, whose resources it takes over.
        was = "was": OneOrMany<FleetName>,
        /// Zone of schedules without one, of `until` dates and of reports.
        timezone = "timezone": Zone,
        /// Accounts and regions.
        cloud = "cloud": RawCloud,
        /// What becomes of removed entries.
        retire = "retire": RawRetire,
        /// One entry a person; `defaults` and `from` are no names.
        users = "users": RawUsers,
        /// RDS parameter groups, shared by name.
        parameter_groups = "parameter-groups": Entries<RawParameterGroup>,
        /// One entry a database; `defaults` is no name.
        databases = "databases": RawDatabases,
        /// Sets of days.
        calendars = "calendars": Entries<RawCalendar>,
        /// When things run.
        schedules = "schedules": Entries<RawSchedule>,
        /// Exceptions that end.
        overrides = "overrides": Vec<At<RawOverride>>,
        /// What an hour costs.
        prices = "prices": RawPrices,
        /// Who is told, by default.
        notify = "notify": Kept<RawNotify>,
        /// Policies and rule packs.
        advisor = "advisor": Kept<RawAdvisor>,
        /// What is remembered of runs.
        history = "history": Kept<RawHistory>,
        /// A lock that saves work and is never needed.
        lease = "lease": Kept<RawLease>,
    }
}

section! {
    /// Accounts and regions.
    RawCloud {
        /// The live account, or the embedded one.
        provider = "provider" (required): ProviderWord,
        /// Accounts by name; without it the account that the credentials belong to.
        accounts = "accounts": Entries<RawAccount>,
        /// Regions; the first is where users and databases live by default.
        regions = "regions": Vec<At<Region>>,
        /// A server on this machine that stands in for AWS.
        endpoint = "endpoint": Endpoint,
        /// What the sandbox starts from.
        estate = "estate": RelPath,
    }
}

section! {
    /// One account.
    RawAccount {
        /// Twelve digits, in quotes.
        id = "id" (required): AccountId,
        /// The role to assume, one for both or one each to plan and to apply.
        role = "role": Either<RoleArn, RawRole>,
        /// External id for AssumeRole.
        external_id = "external-id": AsWritten,
    }
}

section! {
    /// Roles of an account.
    RawRole {
        /// The role that reads.
        plan = "plan" (required): RoleArn,
        /// The role that changes.
        apply = "apply" (required): RoleArn,
    }
}

section! {
    /// What becomes of removed entries.
    RawRetire {
        /// Time between stop and delete.
        after = "after": Duration,
        /// Keep a last snapshot.
        snapshot = "snapshot": bool,
    }
}

section! {
    /// Users.
    RawUsers {
        /// A roster: CSV with the header name,email,public-key,type,schedule,until.
        from = "from": RelPath,
        /// What holds for every user that does not say otherwise.
        defaults = "defaults": RawUserCommon,
        *entries: RawUser,
    }
}

section! {
    /// One person and the instance that is theirs.
    RawUser {
        /// Earlier names of this user.
        was = "was": OneOrMany<Name>,
        /// Last day, in the fleet's zone; afterwards the user is retired as if removed.
        until = "until": Date,
        ..common: RawUserCommon,
    }
}

section! {
    /// What a user and the users' defaults can say.
    RawUserCommon {
        /// Account and region.
        place = "in": PlaceText,
        /// Image of the instance: `ubuntu-24.04`, an AMI id, an SSM parameter, or owner and name pattern.
        image = "image": Either<ImageChoice, RawImage>,
        /// Instance type; the architecture follows from it.
        instance_type = "type": InstanceType,
        /// Root volume.
        disk = "disk": RawDisk,
        /// IMDSv2 required, or version 1 allowed too.
        imds = "imds": Imds,
        /// VPC and subnet.
        network = "network": RawNetwork,
        /// Public address.
        public_ip = "public-ip": bool,
        /// Networks that may reach port 22.
        ssh_from = "ssh-from": OneOrMany<Cidr>,
        /// `generate`, a public key, or a file with one.
        key = "key": Either<KeySource, RawKeyFile>,
        /// A schedule by name, or `none`.
        schedule = "schedule": Name,
        /// The alarm that stops an idle instance, or `none`.
        idle_stop = "idle-stop": Either<NoneWord, RawIdleStop>,
        /// Tags; `{fleet}` and `{user}` are filled in. An entry's are merged over the defaults'.
        tags = "tags": Free<AsWritten>,
        /// Made by apply, or only when `--only user/NAME` asks for it.
        create = "create": CreateWord,
        /// May not be removed.
        protect = "protect": bool,
    }
}

section! {
    /// An image by SSM parameter, or the newest of an owner by name pattern.
    RawImage {
        /// An SSM parameter that holds an AMI id.
        ssm = "ssm": SsmPath,
        /// Owner of the image.
        owner = "owner": ImageOwner,
        /// Name pattern with `*`.
        name = "name": AsWritten,
    }
}

section! {
    /// A volume.
    RawDisk {
        /// Size.
        size = "size": Size,
        /// Volume type.
        volume_type = "type": VolumeType,
        /// Encrypted at rest.
        encrypted = "encrypted": bool,
        /// KMS key; the account's default without one.
        kms_key = "kms-key": KmsKey,
    }
}

section! {
    /// VPC and subnet.
    RawNetwork {
        /// `default`, an id, or `{tags: {…}}` that match exactly one.
        vpc = "vpc": Either<VpcWord, RawTagged>,
        /// `default`, an id, or `{tags: {…}}` that match exactly one.
        subnet = "subnet": Either<SubnetWord, RawTagged>,
    }
}

section! {
    /// The only one that carries these tags.
    RawTagged {
        /// All of these.
        tags = "tags" (required): Free<AsWritten>,
    }
}

section! {
    /// A public key in a file.
    RawKeyFile {
        /// Path under this folder.
        file = "file" (required): RelPath,
    }
}

section! {
    /// The alarm that stops an idle instance.
    RawIdleStop {
        /// Percent of CPU.
        cpu_below = "cpu-below": Percent,
        /// Periods in a row.
        periods = "periods": Int<1, 1440>,
        /// Length of one.
        period = "period": Duration,
    }
}

section! {
    /// A parameter group.
    RawParameterGroup {
        /// Engine and version: `mysql8.0`.
        family = "family" (required): Family,
        /// Zone of the database's clock.
        timezone = "timezone": Zone,
        /// Most connections at once.
        max_connections = "max-connections": Int<1, 262_143>,
        /// Parameters in the engine's own words.
        parameters = "parameters": Free<AsWritten>,
    }
}

section! {
    /// Databases.
    RawDatabases {
        /// What holds for every database that does not say otherwise.
        defaults = "defaults": RawDatabaseCommon,
        *entries: RawDatabase,
    }
}

section! {
    /// One database.
    RawDatabase {
        /// Earlier names of this database.
        was = "was": OneOrMany<Name>,
        ..common: RawDatabaseCommon,
    }
}

section! {
    /// What a database and the databases' defaults can say.
    RawDatabaseCommon {
        /// Account and region.
        place = "in": PlaceText,
        /// Engine.
        engine = "engine": Engine,
        /// Version prefix: `'8.0'` accepts 8.0.39.
        version = "version": AsWritten,
        /// Instance class.
        class = "class": DbClass,
        /// Storage.
        storage = "storage": RawDisk,
        /// Master user; the password is RDS's own secret.
        master_user = "master-user": MasterUser,
        /// A parameter group of this file.
        parameter_group = "parameter-group": Name,
        /// Parameters of this database alone, instead of a group.
        parameters = "parameters": Free<AsWritten>,
        /// Backups.
        backup = "backup": RawBackup,
        /// Weekly, UTC: `sun 19:00-sun 19:30`.
        maintenance_window = "maintenance-window": MaintenanceWindow,
        /// When changes are made.
        apply = "apply": ApplyWord,
        /// A standby in another zone.
        multi_az = "multi-az": bool,
        /// Public address.
        public = "public": bool,
        /// VPC and subnet group.
        network = "network": RawDatabaseNetwork,
        /// Log in with IAM.
        iam_authentication = "iam-authentication": bool,
        /// Performance Insights.
        performance_insights = "performance-insights": bool,
        /// RDS's own switch against deletion.
        deletion_protection = "deletion-protection": bool,
        /// Keep a snapshot at the end.
        final_snapshot = "final-snapshot": bool,
        /// May not be removed.
        protect = "protect": bool,
        /// Tags; `{fleet}` and `{database}` are filled in.
        tags = "tags": Free<AsWritten>,
        /// Name of the first database.
        database_name = "database-name": DatabaseName,
        /// Port; the engine's own without one.
        port = "port": Int<1150, 65535>,
        /// Who may reach it.
        allow = "allow": Vec<At<RawAccess>>,
        /// A schedule by name, or `none`.
        schedule = "schedule": Name,
    }
}

section! {
    /// Backups of a database.
    RawBackup {
        /// How long they are kept, in days; `0d` for none.
        retention = "retention": Duration,
        /// Daily, UTC: `18:00-18:30`.
        window = "window": BackupWindow,
    }
}

section! {
    /// VPC and subnet group.
    RawDatabaseNetwork {
        /// `default`, an id, or `{tags: {…}}` that match exactly one.
        vpc = "vpc": Either<VpcWord, RawTagged>,
        /// `default` or the name of a subnet group.
        subnet_group = "subnet-group": SubnetGroup,
    }
}

section! {
    /// Who may reach a database: one of these.
    RawAccess {
        /// A user of this fleet.
        user = "user": Name,
        /// A security group by id.
        security_group = "security-group": GroupId,
        /// A network.
        cidr = "cidr": Cidr,
    }
}
