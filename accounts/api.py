"""Tokens, keys and the profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.parsers import BaseParser, FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.keys import get_api_key_for, live_api_keys, revoke_api_key
from accounts.models import ApiKey, User
from accounts.throttling import TokenByAddress, TokenByName
from accounts.tokens import create_api_key

_MAX_PASSWORD = 4096


class CredentialsSerializer(serializers.Serializer[Any]):
    """``username`` is the user name or the e-mail address; ``name`` is what the key is called."""

    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)
    name = serializers.CharField(max_length=100, required=False, default="API token")


class TokenView(APIView):
    """A new token for a user name, or e-mail address, and password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TokenByAddress, TokenByName)

    @extend_schema(
        operation_id="auth_token",
        request=CredentialsSerializer,
        responses=inline_serializer("Token", {"token": serializers.CharField()}),
    )
    def post(self, request: Request) -> Response:
        sent = CredentialsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = _authenticated(request, sent.validated_data)
        _, token = create_api_key(user, sent.validated_data["name"])
        return Response({"token": token}, headers={"Cache-Control": "no-store"})

    def get_parsers(self) -> list[BaseParser]:
        return [*super().get_parsers(), FormParser()]

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="pixtract"'


def _authenticated(request: Request, sent: dict[str, Any]) -> User:
    user = authenticate(request._request, username=sent["username"], password=sent["password"])
    if not isinstance(user, User):
        raise AuthenticationFailed("User name or password is wrong.", "wrong_credentials")
    if not user.has_verified_email:
        raise PermissionDenied(
            "The e-mail address is not verified yet: open the link in the mail.",
            "email_unverified",
        )
    return user


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key; its token is shown once, when it is made."""

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = ("id", "name", "prefix", "created_at", "last_used_at")
        read_only_fields = ("id", "prefix", "created_at", "last_used_at")


class NewApiKeySerializer(ApiKeySerializer):
    token = serializers.CharField(read_only=True)

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "token")


class KeysView(APIView):
    """The user's keys that are not revoked."""

    @extend_schema(
        operation_id="keys",
        responses=inline_serializer("Keys", {"results": ApiKeySerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        keys = live_api_keys(signed_in(request))
        return Response({"results": ApiKeySerializer(keys[:500], many=True).data})

    @extend_schema(
        operation_id="key_create", request=ApiKeySerializer, responses={201: NewApiKeySerializer}
    )
    def post(self, request: Request) -> Response:
        sent = ApiKeySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        key, token = create_api_key(signed_in(request), sent.validated_data["name"])
        data = {**ApiKeySerializer(key).data, "token": token}
        return Response(data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class KeyView(APIView):
    """One key of the user's own."""

    @extend_schema(operation_id="key_revoke", responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        revoke_api_key(get_api_key_for(signed_in(request), key_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProfileSerializer(serializers.ModelSerializer[User]):
    """What a user may know and change of their account."""

    email_verified = serializers.BooleanField(source="has_verified_email", read_only=True)
    shown_confidence = serializers.IntegerField(
        read_only=True, help_text="`min_confidence`, or the installation's where that is null."
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "username",
            "email",
            "email_verified",
            "first_name",
            "last_name",
            "min_confidence",
            "shown_confidence",
            "time_zone",
        )
        read_only_fields = ("id", "username", "email")
