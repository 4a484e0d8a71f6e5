-- Extensions of the same group may take each other's ringing calls; null: in none.
alter table extension add pickup_group text;
